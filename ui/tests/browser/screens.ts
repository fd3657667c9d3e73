import { FORM } from "./screens/form";
import { HOME } from "./screens/home";
import { POST } from "./screens/post";
import { POST_FAILED } from "./screens/post-failed";
import { POST_STATES } from "./screens/post-states";
import { RECORDS } from "./screens/records";
import { START } from "./screens/start";
import { SYNC } from "./screens/sync";
import type { Screen } from "./screens/way";

export type { Screen } from "./screens/way";

const PARTS = [START, HOME, FORM, RECORDS, SYNC, POST, POST_STATES, POST_FAILED];

/** The screens of the phone that every run measures. */
export const PHONE_SCREENS: Screen[] = [START, HOME, FORM, RECORDS, SYNC].flatMap(({ measured }) => measured);

/** Those of the post's laptop, and their states. */
export const POST_SCREENS: Screen[] = [...POST.measured, ...POST_FAILED.measured];
export const POST_STATE_SCREENS: Screen[] = POST_STATES.measured;

/** The same screens and their further states, for the tour of pictures. */
export const STATES: Screen[] = PARTS.flatMap(({ measured, further }) => [...measured, ...further]);
