import type { Page } from "playwright-core";

export interface Box {
  name: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The boxes of all keys inside the element of a test name. */
export function boxes(page: Page, testid: string): Promise<Box[]> {
  return page.getByTestId(testid).evaluate((root) =>
    [...root.querySelectorAll("button")].map((button) => {
      const { left, top, right, bottom } = button.getBoundingClientRect();
      return { name: button.dataset.testid ?? button.innerText, left, top, right, bottom };
    }),
  );
}

/** Keys smaller than `least` in either direction. */
export function tooSmall(keys: Box[], least: number): string[] {
  return keys
    .filter(({ left, right, top, bottom }) => right - left < least - 0.5 || bottom - top < least - 0.5)
    .map(({ name, left, right, top, bottom }) => `${name} ${right - left} × ${bottom - top}`);
}

/** Pairs of keys with less than `gap` between them. */
export function tooClose(keys: Box[], gap: number): string[] {
  return keys.flatMap((a, index) =>
    keys.slice(index + 1).flatMap((b) => {
      const across = Math.max(a.left - b.right, b.left - a.right);
      const down = Math.max(a.top - b.bottom, b.top - a.bottom);
      return Math.max(across, down) < gap - 0.5 ? [`${a.name} and ${b.name}: ${Math.max(across, down)}`] : [];
    }),
  );
}

/** How far the page can be scrolled, down and sideways. */
export function scrollable(page: Page): Promise<{ down: number; sideways: number }> {
  return page.evaluate(() => {
    const { scrollHeight, scrollWidth, clientHeight, clientWidth } = document.documentElement;
    return { down: scrollHeight - clientHeight, sideways: scrollWidth - clientWidth };
  });
}

/** Visible texts whose contrast with what lies behind them is below `least`. */
export function lowContrast(page: Page, least: number): Promise<string[]> {
  return page.evaluate((wanted) => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string) => {
      const [r = 0, g = 0, b = 0] = channels(color).map((channel) => {
        const share = channel / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element: Element): string => {
      for (let node: Element | null = element; node; node = node.parentElement) {
        const color = getComputedStyle(node).backgroundColor;
        if ((channels(color)[3] ?? 1) > 0.99) return color;
      }
      return "rgb(255, 255, 255)";
    };
    const hasText = (element: Element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    const inView = (element: Element) => {
      const { width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && element.checkVisibility();
    };
    return [...document.querySelectorAll("#app *")]
      .filter((element) => hasText(element) && inView(element))
      .flatMap((element) => {
        const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        return ratio < wanted ? [`${element.textContent?.trim().slice(0, 30)}: ${ratio.toFixed(2)}`] : [];
      });
  }, least);
}

/** All colours that are painted: of texts, grounds and visible borders. */
export function colours(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>();
    for (const element of document.querySelectorAll("#app, #app *")) {
      if (!element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      for (const color of [style.color, style.backgroundColor]) if (!/, 0\)$/.test(color)) found.add(color);
      if (style.borderTopStyle !== "none" && parseFloat(style.borderTopWidth) > 0)
        found.add(style.borderTopColor);
    }
    return [...found];
  });
}

/** Keys and texts that are cut off: their words are wider, or a key's content taller, than they are. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("#app button, #app h1, #app h2, #app p, #app label")]
      .filter(
        (element) =>
          element.checkVisibility() && !element.closest(".visually-hidden") && element.offsetHeight > 1,
      )
      .filter((element) => {
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
        // Headings with tight lines paint a little beyond their box; keys must hold what they say.
        const tall = element instanceof HTMLButtonElement && scrollHeight > clientHeight + 4;
        return scrollWidth > clientWidth + 1 || tall;
      })
      .map((element) => `${element.dataset.testid ?? element.className}: ${element.innerText.slice(0, 30)}`),
  );
}

/** How much of the screen's height stays in place while the rest is scrolled, from 0 to 1. */
export function heldInPlace(page: Page): Promise<number> {
  return page.evaluate(() => {
    // An open sheet is what is read then.
    const root = document.querySelector("dialog[open]") ?? document.querySelector("#app") ?? document.body;
    const held = [...root.querySelectorAll<HTMLElement>("*")].filter((element) => {
      const { position } = getComputedStyle(element);
      return (position === "sticky" || position === "fixed") && element.checkVisibility();
    });
    return held.reduce((height, { offsetHeight }) => height + offsetHeight, 0) / window.innerHeight;
  });
}

/** Tables that are wider than the frame they scroll in. */
export function framesTooWide(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("#app .frame")]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
      .map(
        ({ scrollWidth, clientWidth, innerText }) =>
          `${scrollWidth} in ${clientWidth}: ${innerText.slice(0, 30)}`,
      ),
  );
}

/** Lines of text that are painted over one another, each pair once. What is pinned over the page is left out. */
export function overlapping(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isPinned = (element: Element | null): boolean =>
      element !== null &&
      (/sticky|fixed/.test(getComputedStyle(element).position) || isPinned(element.parentElement));
    /** What of a box is not cut off by a frame that it scrolls in. */
    const seen = (box: DOMRect, element: Element | null): DOMRect => {
      if (!element) return box;
      if (getComputedStyle(element).overflowY === "visible") return seen(box, element.parentElement);
      const frame = element.getBoundingClientRect();
      const [left, top] = [Math.max(box.left, frame.left), Math.max(box.top, frame.top)];
      const [right, bottom] = [Math.min(box.right, frame.right), Math.min(box.bottom, frame.bottom)];
      return seen(
        new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top)),
        element.parentElement,
      );
    };
    const root = document.querySelector("dialog[open]") ?? document.querySelector("#app") ?? document.body;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const lines: { text: string; box: DOMRect }[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.textContent?.trim() || !parent?.checkVisibility()) continue;
      if (parent.closest(".visually-hidden, option") || isPinned(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects())
        lines.push({ text: node.textContent.trim().slice(0, 24), box: seen(box, parent) });
    }
    // Lines are set tightly: their boxes may touch by some pixels where their letters do not.
    const slack = 6;
    return lines.flatMap((a, index) =>
      lines.slice(index + 1).flatMap((b) => {
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        const isOver = across > 2 && down > Math.max(slack, 0.4 * Math.min(a.box.height, b.box.height));
        return isOver ? [`${a.text} over ${b.text}`] : [];
      }),
    );
  });
}

/** Visible buttons that are less than `least` pixels wide or high. */
export function hardToHit(page: Page, least: number): Promise<string[]> {
  return page.evaluate(
    (wanted) =>
      [...document.querySelectorAll<HTMLElement>("#app button")]
        .filter((button) => button.checkVisibility())
        .flatMap((button) => {
          const { width, height } = button.getBoundingClientRect();
          const isSmall = Math.min(width, height) < wanted - 0.5;
          return isSmall ? [`${button.dataset.testid ?? button.innerText} ${width} × ${height}`] : [];
        }),
    least,
  );
}
