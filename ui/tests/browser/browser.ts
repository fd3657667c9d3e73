import type { Page } from "playwright-core";
import { DOUBLE_TAP_MS } from "$lib/shared/press";
import type { MemoryBackend } from "../backend/memory";

export * from "./stage";

/** Ends when everything that was asked is answered, or held back, and nothing moves any more. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const boxes = () =>
      [...document.querySelectorAll("#app *")]
        .map((element) => Object.values(element.getBoundingClientRect().toJSON() as DOMRect).join())
        .join(";");
    let before = "";
    for (let now = boxes(); now !== before || window.phone.answering > window.phone.gate.waiting;) {
      before = now;
      // Lists that measure their rows do so at the end of a frame.
      await new Promise((later) => requestAnimationFrame(() => setTimeout(later)));
      now = boxes();
    }
  });
}

/**
 * Waits for the key of a test name, which may be deaf for a moment, as for a finger that slipped. A click would wait
 * too, but look again only after half a second.
 */
export async function heard(page: Page, testid: string): Promise<void> {
  await page.waitForFunction((name) => {
    const key = document.querySelector(`[data-testid="${name}"]`);
    return key !== null && key.getAttribute("aria-disabled") !== "true";
  }, testid);
}

/** The second tap of a double one: it falls on the key that the first one brings, as soon as it is there. */
export async function doubleTap(page: Page, first: string, second: string): Promise<void> {
  await heard(page, first);
  await page.evaluate(
    async (names) => {
      for (const name of names) {
        const key = () => document.querySelector<HTMLElement>(`[data-testid="${name}"]`);
        while (!key()) await new Promise((later) => setTimeout(later));
        key()?.click();
      }
    },
    [first, second],
  );
}

/** Lets so much time pass in the page that what is on screen now is meant by whoever presses a key. */
export async function meanwhile(page: Page): Promise<void> {
  const from = await page.evaluate(() => performance.now());
  await page.waitForFunction(([from = 0, ms = 0]) => performance.now() - from > ms, [from, DOUBLE_TAP_MS]);
}

/** A finger that counts its taps. */
export class Finger {
  taps = 0;

  constructor(readonly page: Page) {}

  /** One tap on the element of a test name. */
  async tap(testid: string): Promise<void> {
    await heard(this.page, testid);
    await this.page.getByTestId(testid).first().click();
    this.taps += 1;
  }

  async tapAll(...testids: string[]): Promise<void> {
    for (const testid of testids) await this.tap(testid);
  }

  /** A finger that stays on a key until its number pad is there. It counts as one tap. */
  async hold(testid: string): Promise<void> {
    await this.page.getByTestId(testid).first().hover();
    await this.page.mouse.down();
    await this.page.getByTestId("pad").waitFor();
    await this.page.mouse.up();
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
