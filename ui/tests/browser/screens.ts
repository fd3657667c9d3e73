import { FORM } from "./screens/form";
import { HOME } from "./screens/home";
import { POST } from "./screens/post";
import { RECORDS } from "./screens/records";
import { START } from "./screens/start";
import { SYNC } from "./screens/sync";
import type { Screen } from "./screens/way";

export type { Screen } from "./screens/way";

const ALL = [START, HOME, FORM, RECORDS, SYNC, POST];

/** The screens that every run measures. */
export const SCREENS: Screen[] = ALL.flatMap(({ measured }) => measured);

/** States of them that every run measures once each. */
export const GLANCES: Screen[] = ALL.flatMap(({ states = [] }) => states);

/** The same screens and their further states, for the tour of pictures. */
export const STATES: Screen[] = [...SCREENS, ...GLANCES, ...ALL.flatMap(({ further }) => further)];
