import { mount } from "svelte";
import { App, DEFAULT_SETTINGS } from "$lib/app/app.svelte";
import type { Backend } from "$lib/backend/backend";
import type { Settings } from "$lib/backend/bindings";
import AppView from "./App.svelte";

declare global {
  interface Window {
    /** Put there by the shell before the page runs, so that the first paint has the right theme and language. */
    __BITACORA_SETTINGS__?: Settings;
  }
}

/** Opens the interface in the page. Nothing is painted before theme and language are known. */
export async function open(backend: Backend): Promise<void> {
  const target = document.getElementById("app");
  if (!target) return;
  const settings =
    window.__BITACORA_SETTINGS__ ?? (await backend.settings_read().catch(() => DEFAULT_SETTINGS));
  mount(AppView, { target, props: { app: new App(backend, settings) } });
}
