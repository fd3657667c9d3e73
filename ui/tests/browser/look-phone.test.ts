import { LAPTOP } from "./browser";
import { looks } from "./look";
import { SCREENS } from "./screens";

looks(SCREENS.filter(({ viewport }) => viewport !== LAPTOP));
