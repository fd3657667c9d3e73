import { encodeQR } from "qr";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, phone, Stage, words } from "./browser";
import { INVITATION, INVITATION_SVG, photograph, type Photograph } from "./camera";

let invitation: Photograph;
let foreign: Photograph;
let newer: Photograph;
let desk: Photograph;
beforeAll(async () => {
  invitation = await photograph(INVITATION_SVG);
  foreign = await photograph(encodeQR("https://example.org/menu", "svg"));
  newer = await photograph(encodeQR("bitacora:2?u=https://10.20.0.5:8444&k=00&c=SS58LB8L", "svg"));
  desk = await photograph(null);
});

/** A browser for each photograph that a camera sees, and one without a camera. */
const stages = new Map<Photograph | null, Stage>();
afterAll(async () => {
  for (const stage of stages.values()) await stage.strike();
});

/** A phone whose camera sees a photograph; without one it has none. */
async function joining(seen: Photograph | null, allowed = true): Promise<Page> {
  const camera = seen
    ? ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${seen.y4m}`]
    : [];
  const stage = stages.get(seen) ?? (await Stage.set(...camera));
  stages.set(seen, stage);
  const page = await stage.open("scene=empty");
  await page.context().grantPermissions(allowed ? ["camera"] : []);
  await new Finger(page).tap("home-enrol");
  return page;
}

describe("the QR of an enrolment", () => {
  it("is read by the camera, and the phone joins without another tap", async () => {
    const page = await joining(invitation);
    await new Finger(page).tap("qr-scan");
    await page.getByTestId("enrol-digits").waitFor();
    expect(await phone(page, (memory) => memory.asked?.qr), "every character of it reaches the shell").toBe(
      INVITATION,
    );
    expect(
      await page.evaluate(() => document.querySelectorAll("video").length),
      "the camera is off again",
    ).toBe(0);
  });

  it("is read from a photograph where there is no camera", async () => {
    const page = await joining(null);
    await new Finger(page).tap("qr-scan");
    await page.getByTestId("qr-failure").waitFor();
    expect(await words(page, "qr-failure"), "what to do instead").toMatch(/no hay cámara.+foto.+código/);
    await new Finger(page).tap("qr-stop");
    await page.getByTestId("qr-picture").setInputFiles(invitation.png);
    await page.getByTestId("enrol-digits").waitFor();
    expect(await phone(page, (memory) => memory.asked?.qr), "the same text").toBe(INVITATION);
  });

  it("says that the camera has no permission, and where to give it", async () => {
    const page = await joining(invitation, false);
    await new Finger(page).tap("qr-scan");
    await page.getByTestId("qr-failure").waitFor();
    expect(await words(page, "qr-failure"), "its own sentence").toContain("no tiene permiso");
  });

  it("goes on looking when it sees the QR of something else", async () => {
    const page = await joining(foreign);
    await new Finger(page).tap("qr-scan");
    await page.getByTestId("qr-failure").waitFor();
    expect(await words(page, "qr-failure"), "its own sentence").toContain("es de otra cosa");
    expect(await page.getByTestId("qr-view").count(), "the camera stays on").toBe(1);
    expect(await phone(page, ({ enrolled }) => enrolled), "nothing was asked of a server").toBe(false);
  });

  it("of a newer version says so", async () => {
    const page = await joining(newer);
    await new Finger(page).tap("qr-scan");
    await page.getByTestId("qr-failure").waitFor();
    expect(await words(page, "qr-failure"), "its own sentence").toContain("versión más nueva");
  });

  it("that cannot be seen in a photograph, and a file that is none, are told apart", async () => {
    const page = await joining(null);
    await page.getByTestId("qr-picture").setInputFiles(desk.png);
    await page.getByText("no se ve ningún QR").waitFor();
    await page
      .getByTestId("qr-picture")
      .setInputFiles({ name: "lista.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
    await page.getByText("no es una foto").waitFor();
  });

  it("that has expired says that a new one is needed", async () => {
    const page = await joining(null);
    await phone(
      page,
      ({ failNext }) => void failNext.set("enrol", { code: "code_expired", message: "", field: null }),
    );
    await page.getByTestId("qr-picture").setInputFiles(invitation.png);
    await page.getByTestId("enrol-failure").waitFor();
    expect(await words(page, "enrol-failure"), "its own sentence").toContain("venció: dura 15 minutos");
    await page.getByTestId("qr-picture").setInputFiles(invitation.png);
    await page.getByTestId("enrol-digits").waitFor();
  });

  it("can be typed: server and code", async () => {
    const page = await joining(null);
    await page.getByTestId("enrol-server").fill("10.20.0.5:8444");
    await page.getByTestId("enrol-code").fill("k7qh3mxp");
    await new Finger(page).tap("enrol-send");
    await page.getByTestId("enrol-digits").waitFor();
    expect(await phone(page, (memory) => memory.asked), "as it was typed, in capitals").toEqual({
      server: "10.20.0.5:8444",
      code: "K7QH3MXP",
      qr: null,
    });
  });
});
