import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "./style/themes.css";
import "./style/base.css";
import { open } from "./open";
import { tauri } from "$lib/backend/tauri";

void open(tauri);
