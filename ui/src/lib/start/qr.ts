/** Why a QR did not lead on; each has its own sentence. */
export type QrFailure =
  "no_camera" | "camera_refused" | "camera_busy" | "foreign" | "newer" | "not_a_picture" | "no_qr";

/** What a QR says, judged before anything is done with it. The shell reads an invitation itself, field by field. */
export type QrReading = { text: string; failure: null } | { text: null; failure: QrFailure };

const OURS = /^bitacora:(\d+)\?/;
/** The version of invitations that this build reads. */
const VERSION = "1";
/** The longest invitation, in characters; longer texts are somebody else's. */
const TEXT_MAX = 512;

/** Tells an invitation of ours from a web address, a bus ticket, or one made by a newer version. */
export function readingOf(text: string): QrReading {
  const [, version] = OURS.exec(text) ?? [];
  if (version === undefined || text.length > TEXT_MAX) return { text: null, failure: "foreign" };
  return version === VERSION ? { text, failure: null } : { text: null, failure: "newer" };
}

/** How long one frame of the camera may be looked at, in milliseconds: the picture must not stutter. */
export const FRAME_MS = 60;
/** How long a chosen picture may be looked at, in milliseconds. */
export const PICTURE_MS = 3_000;

/** The text of a QR somewhere in a picture; null when there is none. Everything happens on this device. */
export async function decode(picture: ImageData, timeLimit: number): Promise<string | null> {
  // Loaded only when a camera or a picture is really read: the first paint does not wait for it.
  const { decodeQR } = await import("qr/decode.js");
  try {
    return decodeQR(picture, { format: "RGBA", timeLimit });
  } catch {
    return null;
  }
}

/** Draws a source into a picture whose longer side is at most `longest` pixels. */
export function pixels(
  source: CanvasImageSource,
  width: number,
  height: number,
  longest: number,
): ImageData | null {
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context || canvas.width === 0 || canvas.height === 0) return null;
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** The longer side at which a photograph is read, in pixels. */
const PHOTO_PIXELS = 1_600;

/** Reads the invitation in a photograph that the person chose. */
export async function readPicture(file: Blob): Promise<QrReading> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return { text: null, failure: "not_a_picture" };
  const data = pixels(picture, picture.width, picture.height, PHOTO_PIXELS);
  picture.close();
  const text = data && (await decode(data, PICTURE_MS));
  return text === null ? { text: null, failure: "no_qr" } : readingOf(text);
}
