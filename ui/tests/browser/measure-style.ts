import type { Page } from "playwright-core";

/**
 * What may be smaller than what is read: words below a pictogram, as large as their key lets them be, and on a laptop the
 * keys that narrow a list, for a mouse.
 */
const CAPTIONS = [
  ".compact button",
  ".compact select",
  "[data-testid^=nationality-]",
  "[data-testid=theme]",
  "[data-testid=settings]",
  "[data-testid=lock]",
];

/** Visible texts of less than `least` pixels; captions of pictograms are left out. */
export function smallText(page: Page, least: number): Promise<string[]> {
  return page.evaluate(
    ([wanted, captions]) =>
      [...document.querySelectorAll<HTMLElement>("#app *")]
        .filter(
          (element) =>
            element.checkVisibility() &&
            !element.closest(`.visually-hidden, option, ${captions.join()}`) &&
            (element.matches("input, select, textarea") ||
              [...element.childNodes].some(
                (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
              )),
        )
        .flatMap((element) => {
          const size = parseFloat(getComputedStyle(element).fontSize);
          return size < wanted - 0.01 ? [`${size} px: ${element.textContent?.trim().slice(0, 30)}`] : [];
        }),
    [least, CAPTIONS] as const,
  );
}

/** Between the keys of the form: 3 mm, that a glove hits one of them. */
const BETWEEN_KEYS = 19;

/** Gaps and paddings beside the grid of 8 px, whose half step is 4 px, each named once. */
export function offTheGrid(page: Page): Promise<string[]> {
  return page.evaluate((betweenKeys) => {
    const isOn = (length: number) => length === 4 || length % 8 === 0;
    const sides = ["paddingTop", "paddingRight", "paddingBottom", "paddingLeft"] as const;
    const gaps = ["rowGap", "columnGap"] as const;
    const name = (element: Element) =>
      `${element.tagName.toLowerCase()}.${[...element.classList].filter((one) => !one.startsWith("svelte-")).join(".")}`;
    const found = [...document.querySelectorAll("#app *")]
      .filter((element) => element.checkVisibility() && !element.closest(".visually-hidden, svg, option"))
      .flatMap((element) => {
        const style = getComputedStyle(element);
        const off = (sort: "rowGap" | "columnGap" | (typeof sides)[number], isGap: boolean) => {
          const length = parseFloat(style[sort]) || 0;
          return isOn(length) || (isGap && length === betweenKeys)
            ? []
            : [`${name(element)} in ${name(element.parentElement ?? element)}: ${sort} ${length}`];
        };
        return [...sides.flatMap((side) => off(side, false)), ...gaps.flatMap((gap) => off(gap, true))];
      });
    return [...new Set(found)];
  }, BETWEEN_KEYS);
}

/** Strokes that are painted thinner than `least` pixels: of boxes, of words, of pictograms. */
export function thinStrokes(page: Page, least: number): Promise<string[]> {
  return page.evaluate((wanted) => {
    const isSeen = (color: string) => !/, 0\)$|^transparent$/.test(color);
    const isThin = (width: number) => width > 0 && width < wanted - 0.01;
    const borders = (style: CSSStyleDeclaration) =>
      (["Top", "Right", "Bottom", "Left"] as const)
        .filter((side) => style[`border${side}Style`] !== "none" && isSeen(style[`border${side}Color`]))
        .map((side) => parseFloat(style[`border${side}Width`]));
    const drawn = (element: Element, style: CSSStyleDeclaration) =>
      element instanceof SVGGeometryElement && style.stroke !== "none"
        ? [parseFloat(style.strokeWidth) * (element.getScreenCTM()?.a ?? 1)]
        : [];
    const underWords = (style: CSSStyleDeclaration) =>
      style.textDecorationLine === "none" ? [] : [parseFloat(style.textDecorationThickness) || 1];
    const found = [...document.querySelectorAll("#app *")]
      .filter((element) => element.checkVisibility() && !element.closest(".visually-hidden"))
      .flatMap((element) => {
        const style = getComputedStyle(element);
        const thin = [...borders(style), ...drawn(element, style), ...underWords(style)].filter(isThin);
        const near = element.closest("[data-testid]")?.getAttribute("data-testid");
        return thin.map((width) => `${element.tagName} in ${near}: ${width.toFixed(2)}`);
      });
    return [...new Set(found)];
  }, least);
}
