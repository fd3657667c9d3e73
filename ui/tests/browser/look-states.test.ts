import { glances } from "./look";
import { GLANCES } from "./screens";

glances(GLANCES);
