import { LAPTOP, PHONE, type Finger } from "../browser";

/** A screen in one of its states, and how a person comes to see it. */
export interface Screen {
  /** What it is called in tests, pictures and reports. */
  name: string;
  /** The page's address, without theme and language. */
  scene: string;
  /** Taps from there. */
  way: (finger: Finger) => Promise<void>;
  viewport: typeof PHONE;
}

/** The screens of one part of the app. */
export interface Screens {
  /** Measured in every run: what is looked at most, and states that can break a screen. */
  measured: Screen[];
  /** Their further states, for the tour of pictures. */
  further: Screen[];
}

export type Way = Screen["way"];

export const there: Way = async () => undefined;
export const pin = async (finger: Finger, digits: string) => {
  for (const digit of digits) await finger.tap(`pad-${digit}`);
  await finger.tap("pad-done");
};
export const taps =
  (...testids: string[]): Way =>
  (finger) =>
    finger.tapAll(...testids);
export const after =
  (...ways: Way[]): Way =>
  async (finger) => {
    for (const way of ways) await way(finger);
  };
export const see =
  (testid: string): Way =>
  (finger) =>
    finger.page.getByTestId(testid).first().waitFor();
export const write =
  (testid: string, text: string): Way =>
  (finger) =>
    finger.page.getByTestId(testid).fill(text);
/** The next call of a command fails. */
export const failing =
  (command: string, code: string): Way =>
  async ({ page }) => {
    await page.evaluate(
      ([name = "", reason = ""]) =>
        void window.phone.failNext.set(name, { code: reason as never, message: "E17", field: null }),
      [command, code],
    );
  };

/** From now on no answer comes. */
export const slowly: Way = ({ page }) => page.evaluate(() => window.phone.gate.hold());
/** The post was not reached for days, and much waits here. */
export const offline: Way = async ({ page }) =>
  page.evaluate(() => {
    const memory = window.phone;
    memory.lastContact = new Date(Date.now() - 3 * 86_400_000).toISOString();
    for (const record of memory.records.slice(0, 120)) record.place = "on_phone";
    memory.changed();
  });
/** The record that is on screen becomes another one by somebody else's hand. */
export const changed: Way = async ({ page }) => {
  await page.evaluate(() => {
    for (const stored of window.phone.records) stored.version += 1;
    window.phone.changed(...window.phone.records.map(({ id }) => id));
  });
  await page.getByTestId("review-changed").waitFor();
};

export const onPhone = (name: string, scene: string, way: Way = there): Screen => ({
  name,
  scene,
  way,
  viewport: PHONE,
});
export const onLaptop = (name: string, scene: string, way: Way = there): Screen => ({
  name,
  scene,
  way,
  viewport: LAPTOP,
});
