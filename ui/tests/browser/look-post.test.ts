import { looks } from "./look";
import { POST_SCREENS } from "./screens";

looks(POST_SCREENS);
