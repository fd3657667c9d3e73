import { render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { dayOfRecords } from "../../../tests/backend/seed";
import StatusBar from "./StatusBar.svelte";

describe("the status bar over a form", () => {
  it("tells a reader what is not received, and not each minute how long ago the contact was", () => {
    const memory = new MemoryBackend({
      people: [{ name: "Cabo Mosquera", pin: "241973" }],
      openAs: "Cabo Mosquera",
      records: dayOfRecords(20, Date.now()),
      enrolled: true,
    });
    const { unmount } = render(StatusBar, { props: { status: memory.status() } });
    expect(screen.getByTestId("status-bar").textContent, "all of it is there to see").toMatch(
      /3.*sin recibir · último contacto/s,
    );
    const spoken = screen.getByRole("status").textContent;
    expect(spoken, "news").toMatch(/3.*sin recibir/s);
    expect(spoken, "no news").not.toContain("contacto");
    unmount();
    render(StatusBar, { props: { status: memory.status(), onopen: () => undefined } });
    const key = screen.getByTestId("status-bar");
    const name = key.getAttribute("aria-label");
    expect(name, "as a key it is called what it says").toContain(key.textContent.trim());
  });
});
