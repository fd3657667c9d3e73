import { chromium, type Browser, type Page } from "playwright-core";
import { preview, type PreviewServer } from "vite";
import { fileURLToPath } from "node:url";
import type { MemoryBackend } from "../backend/memory";
import { browserPath } from "./chromium";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
export const PHONE = { width: 360, height: 640 };
export const LAPTOP = { width: 1280, height: 800 };
/** From this width on there is a mouse. */
const LAPTOP_FROM = 900;

/** A served test page and a browser to look at it. */
export class Stage {
  /** What the browser complained about: errors, and what a strict content policy refused. */
  readonly problems: string[] = [];

  private constructor(
    private readonly server: PreviewServer,
    private readonly browser: Browser,
    private readonly address: string,
  ) {}

  /** Sets the stage; further flags of the browser may give it a camera. */
  static async set(...flags: string[]): Promise<Stage> {
    const configFile = fileURLToPath(new URL("../page/vite.config.ts", import.meta.url));
    const server = await preview({ configFile, preview: { host: "127.0.0.1", port: 0 }, logLevel: "error" });
    const address = server.resolvedUrls?.local[0];
    if (!address) throw new Error("the test page has no address");
    const browser = await chromium.launch({
      executablePath: browserPath(),
      args: [...FLAGS, ...flags],
    });
    return new Stage(server, browser, address);
  }

  /** Opens the page in a scene: `scene=day&theme=sun`; with a moment, as if it were that one. */
  async open(query: string, viewport = PHONE, moment?: string): Promise<Page> {
    const context = await this.browser.newContext({
      viewport,
      hasTouch: viewport.width < LAPTOP_FROM,
      locale: "es-PA",
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => this.problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(message.text());
    });
    // As the window does: nothing may lean on changing what all objects share.
    await page.addInitScript(() => void Object.freeze(Object.prototype));
    if (moment) await page.clock.setFixedTime(moment);
    await page.goto(`${this.address}?${query}`);
    await page.waitForSelector("#app > *");
    await page.evaluate(() => document.fonts.ready);
    return page;
  }

  /** A page of its own: pictures of a height beside each other. */
  async beside(pictures: Buffer[], gap = 16): Promise<Buffer> {
    const page = await (await this.browser.newContext()).newPage();
    const images = pictures.map(
      (picture) => `<img src="data:image/png;base64,${picture.toString("base64")}">`,
    );
    await page.setContent(`<div style="display:inline-flex;gap:${gap}px">${images.join("")}</div>`);
    const picture = await page.locator("div").screenshot();
    await page.context().close();
    return picture;
  }

  /** Ends the show. Rejects if the browser complained about anything. */
  async strike(): Promise<void> {
    await this.browser.close();
    await this.server.close();
    if (this.problems.length > 0) throw new Error(`the browser complained: ${this.problems.join("; ")}`);
  }
}

/** A finger that counts its taps. */
export class Finger {
  taps = 0;

  constructor(readonly page: Page) {}

  /** One tap on the element of a test name. */
  async tap(testid: string): Promise<void> {
    // Keys that are deaf for a moment, as for a finger that slipped, say so; the click waits for them.
    await this.page.getByTestId(testid).first().click();
    this.taps += 1;
  }

  async tapAll(...testids: string[]): Promise<void> {
    for (const testid of testids) await this.tap(testid);
  }

  /** A finger that stays on a key. It counts as one tap. */
  async hold(testid: string): Promise<void> {
    await this.page.getByTestId(testid).first().click({ delay: 600 });
    this.taps += 1;
  }
}

/** The words of the element of a test name. */
export async function words(page: Page, testid: string): Promise<string> {
  const text = await page.getByTestId(testid).first().innerText();
  // A number and its word do not part at the end of a line.
  return text.replaceAll("\u00a0", " ");
}

/** The test name of the element that has the keyboard; null where none has. */
export function focused(page: Page): Promise<string | null> {
  return page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? null);
}

/** Presses Tab until the element of a test name has the keyboard; fails where Tab does not lead to it. */
export async function tabTo(page: Page, testid: string, most = 80): Promise<void> {
  for (let presses = 0; presses <= most; presses += 1) {
    if ((await focused(page)) === testid) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${testid}`);
}

/** Runs a function on the phone behind the page. */
export function phone<Result>(page: Page, act: (phone: MemoryBackend) => Result): Promise<Result> {
  return page.evaluate(`(${act.toString()})(window.phone)`) as Promise<Result>;
}
