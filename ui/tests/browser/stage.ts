import { chromium, type Browser, type Page } from "playwright-core";
import { inject, onTestFinished, TestRunner } from "vitest";
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

/** What time it is on a page. */
export interface Clock {
  moment: string;
  /** It does not go on: a countdown on screen shows the same as long as somebody looks. */
  stands: boolean;
}
/**
 * When every scene begins: a day with a long name, far from midnight and from the end of a year. No test depends on the
 * hour or the day in which it is run.
 */
export const MOMENT = "2026-09-23T10:42:00-05:00";
const RUNNING: Clock = { moment: MOMENT, stands: false };
export const STANDING: Clock = { moment: MOMENT, stands: true };

const launch = (flags: string[]) =>
  chromium.launch({ executablePath: browserPath(), args: [...FLAGS, ...flags] });

/** The browser of this worker, for one file after the other. It ends with it. */
let browser: Promise<Browser> | undefined;
export const sharedBrowser = (): Promise<Browser> => (browser ??= launch([]));

/** A page in which one scene after the other is loaded: that takes much less time than a new page. */
interface Used {
  page: Page;
  clock: Clock;
  /** Where its complaints go. */
  problems: string[];
}
/** Pages whose tests are over. */
const spare = new Map<Browser, Used[]>();

const isTouched = (viewport: { width: number } | null) => (viewport?.width ?? 0) < LAPTOP_FROM;

/** Sets the clock of a page that is being loaded. */
function setClock({ moment, stands }: Clock): void {
  const Real = Date;
  const first = Real.parse(moment);
  const ahead = first - Real.now();
  const now = () => (stands ? first : Real.now() + ahead);
  globalThis.Date = class extends Real {
    constructor(...given: unknown[]) {
      super(...((given.length > 0 ? given : [now()]) as [number]));
    }
    static override now = now;
  } as DateConstructor;
}

/** The served test page and a browser to look at it. */
export class Stage {
  /** What the browser complained about: errors, and what a strict content policy refused. */
  readonly problems: string[] = [];
  #browser: Browser;
  #isOwn: boolean;

  private constructor(browser: Browser, isOwn: boolean) {
    this.#browser = browser;
    this.#isOwn = isOwn;
  }

  /** Sets the stage; with further flags, which may give it a camera, in a browser of its own. */
  static async set(...flags: string[]): Promise<Stage> {
    const isOwn = flags.length > 0;
    return new Stage(await (isOwn ? launch(flags) : sharedBrowser()), isOwn);
  }

  /**
   * Opens a page in a scene: `scene=day&theme=sun`. It is the test's own until the test ends.
   */
  async open(query: string, viewport = PHONE, clock = RUNNING): Promise<Page> {
    const used = (await this.#fromBefore(viewport, clock)) ?? (await this.#anew(viewport, clock));
    used.problems = this.problems;
    const { page } = used;
    // What a test that failed left running acts on no other one's page.
    if (TestRunner.getCurrentTest())
      onTestFinished(({ task }) =>
        task.result?.state === "fail" ? page.context().close() : void this.#spare.push(used),
      );
    await page.goto(`${inject("address")}?${query}`);
    await page.waitForSelector("#app > *");
    await page.evaluate(() => document.fonts.ready);
    return page;
  }

  /** A spare page of such a device, as if it were new; null if there is none. */
  async #fromBefore(viewport: typeof PHONE, wanted: Clock): Promise<Used | null> {
    const place = this.#spare.findIndex(
      ({ page, clock }) =>
        clock === wanted && !page.isClosed() && isTouched(page.viewportSize()) === isTouched(viewport),
    );
    const [used] = place < 0 ? [] : this.#spare.splice(place, 1);
    if (!used) return null;
    const { page } = used;
    await page.mouse.move(0, 0);
    await page.emulateMedia({ media: null });
    await page.context().clearPermissions();
    await page.setViewportSize(viewport);
    return used;
  }

  async #anew(viewport: typeof PHONE, clock: Clock): Promise<Used> {
    const context = await this.#browser.newContext({
      viewport,
      hasTouch: isTouched(viewport),
      locale: "es-PA",
      // Not the post's: a device may come from anywhere.
      timezoneId: "UTC",
    });
    const page = await context.newPage();
    const used: Used = { page, clock, problems: this.problems };
    page.on("pageerror", (error) => used.problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") used.problems.push(message.text());
    });
    // As the window does: nothing may lean on changing what all objects share.
    await page.addInitScript(() => void Object.freeze(Object.prototype));
    await page.addInitScript(setClock, clock);
    return used;
  }

  get #spare(): Used[] {
    const pages = spare.get(this.#browser) ?? [];
    spare.set(this.#browser, pages);
    return pages;
  }

  /** A page of its own: pictures of a height beside each other. */
  async beside(pictures: Buffer[], gap = 16): Promise<Buffer> {
    const page = await (await this.#browser.newContext()).newPage();
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
    if (this.#isOwn) await this.#browser.close();
    if (this.problems.length > 0) throw new Error(`the browser complained: ${this.problems.join("; ")}`);
  }
}
