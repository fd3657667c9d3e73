import { chromium, type Browser, type Page } from "playwright-core";
import { preview, type PreviewServer } from "vite";
import { fileURLToPath } from "node:url";
import type { MemoryBackend } from "../backend/memory";

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

/** A served test page and a browser to look at it. */
export class Stage {
  private constructor(
    private readonly server: PreviewServer,
    private readonly browser: Browser,
    private readonly address: string,
  ) {}

  static async set(): Promise<Stage> {
    const configFile = fileURLToPath(new URL("../page/vite.config.ts", import.meta.url));
    const server = await preview({ configFile, preview: { host: "127.0.0.1", port: 0 }, logLevel: "error" });
    const address = server.resolvedUrls?.local[0];
    if (!address) throw new Error("the test page has no address");
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
    return new Stage(server, browser, address);
  }

  /** Opens the page in a scene: `scene=day&theme=sun`. */
  async open(query: string, viewport = PHONE): Promise<Page> {
    const context = await this.browser.newContext({
      viewport,
      hasTouch: viewport === PHONE,
      locale: "es-PA",
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error("page error:", error.message));
    await page.goto(`${this.address}?${query}`);
    await page.waitForSelector("#app > *");
    await page.evaluate(() => document.fonts.ready);
    return page;
  }

  async strike(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }
}

/** Taps the element of a test name. */
export async function tap(page: Page, testid: string): Promise<void> {
  await page.getByTestId(testid).first().click();
}

/** Runs a function on the phone behind the page. */
export function phone<Result>(page: Page, act: (phone: MemoryBackend) => Result): Promise<Result> {
  return page.evaluate(`(${act.toString()})(window.phone)`) as Promise<Result>;
}
