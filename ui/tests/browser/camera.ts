import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sharedBrowser } from "./browser";

const SIZE = { width: 640, height: 480 };

/** A QR as the server prints it (`enrol-code --qr`), as SVG. */
export const INVITATION_SVG = readFileSync(
  fileURLToPath(new URL("pictures/invitation.svg", import.meta.url)),
  "utf8",
);
/** What it says. */
export const INVITATION = "bitacora:1?u=https://10.0.0.5:8443&k=e7d93053d636bbba7e86f55588b8ef04&c=SS58LB8L";

/** A photograph of a QR on a desk, held a little askew: as PNG for a picture, as Y4M for a camera. */
export interface Photograph {
  png: string;
  y4m: string;
}

/** Photographs an SVG; without one, an empty desk. */
export async function photograph(svg: string | null): Promise<Photograph> {
  const page = await (await sharedBrowser()).newPage({ viewport: SIZE });
  const qr = svg && `<img src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}">`;
  await page.setContent(
    `<style>body{margin:0;background:#8a8070;height:480px;display:grid;place-items:center}
     img{width:300px;transform:rotate(7deg);filter:blur(.6px) brightness(.85)}</style>${qr ?? ""}`,
  );
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  const picture = await page.screenshot({ type: "png" });
  const grey = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return Array.from({ length: data.length / 4 }, (_, index) => data[index * 4 + 1] ?? 0);
  }, picture.toString("base64"));
  await page.close();

  const folder = mkdtempSync(join(tmpdir(), "qr-"));
  const files = { png: join(folder, "photo.png"), y4m: join(folder, "camera.y4m") };
  writeFileSync(files.png, picture);
  const colourless = Buffer.alloc((SIZE.width * SIZE.height) / 2, 128);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), Buffer.from(grey), colourless]);
  writeFileSync(
    files.y4m,
    Buffer.concat([
      Buffer.from(`YUV4MPEG2 W${SIZE.width} H${SIZE.height} F10:1 Ip A1:1 C420jpeg\n`),
      ...Array.from({ length: 10 }, () => frame),
    ]),
  );
  return files;
}
