import { looks } from "./look";
import { PHONE_SCREENS } from "./screens";

looks(PHONE_SCREENS);
