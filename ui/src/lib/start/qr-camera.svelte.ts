import { decode, FRAME_MS, pixels, readingOf, type QrFailure } from "./qr";

/** How long the camera is left alone between two looks, in milliseconds. */
const LOOK_EVERY_MS = 120;
/** The longer side at which a frame is read, in pixels. */
const FRAME_PIXELS = 800;

/** Why a camera did not open, by the name of the browser's error. */
const REFUSALS: Record<string, QrFailure> = {
  NotAllowedError: "camera_refused",
  SecurityError: "camera_refused",
  NotReadableError: "camera_busy",
  AbortError: "camera_busy",
};

/** The device's camera while it looks for an invitation. Nothing is recorded and nothing leaves the window. */
export class QrCamera {
  /** What the camera sees, for the person to aim by. */
  stream = $state.raw<MediaStream | null>(null);
  /** Why it does not look, or what it saw instead. */
  failure = $state<QrFailure | null>(null);

  #onread: (text: string) => void;
  #closed = false;

  constructor(onread: (text: string) => void) {
    this.#onread = onread;
  }

  /** Asks for the camera at the back. What goes wrong is in `failure`. */
  async open(): Promise<void> {
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotFoundError");
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
        audio: false,
      });
      // The person may have gone on while the system asked.
      if (this.#closed) stop(stream);
      else this.stream = stream;
    } catch (cause) {
      this.failure = REFUSALS[(cause as DOMException).name] ?? "no_camera";
    }
  }

  /** Looks at what a playing picture shows until an invitation is read or the camera is closed. */
  async watch(video: HTMLVideoElement): Promise<void> {
    while (!this.#closed) {
      const frame = pixels(video, video.videoWidth, video.videoHeight, FRAME_PIXELS);
      const text = frame && (await decode(frame, FRAME_MS));
      if (this.#closed) return;
      if (text !== null) {
        const reading = readingOf(text);
        this.failure = reading.failure;
        if (reading.text !== null) return this.#onread(reading.text);
      }
      await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
    }
  }

  /** Switches the camera off. */
  close(): void {
    this.#closed = true;
    if (this.stream) stop(this.stream);
    this.stream = null;
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
