import { looks } from "./look";
import { POST_STATE_SCREENS } from "./screens";

looks(POST_STATE_SCREENS);
