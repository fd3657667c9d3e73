import type { AppStatus } from "$lib/backend/bindings";
import { fail, type Answers } from "../answers";
import type { Phone } from "../phone";

/** One exchange with the server, in steps that a person can see. */
async function syncNow(phone: Phone): Promise<void> {
  phone.mine();
  if (!phone.enrolled) throw fail("not_enrolled");
  if (phone.digits || phone.differ) throw fail("not_allowed", "digits", "digits");
  const unsent = phone.records.filter(({ place }) => place === "on_phone");
  const step = async (changes: Partial<AppStatus["sync"]>) => {
    phone.sync = { ...phone.sync, ...changes };
    phone.emit("status_changed", phone.status());
    await new Promise((done) => setTimeout(done, 120));
  };
  await step({
    phase: "connecting",
    sent: 0,
    to_send: unsent.length,
    received: 0,
    error: null,
    next_try_at: null,
  });
  const at = new Date().toISOString();
  if (!phone.online) {
    phone.contacts = [
      { at, ok: false, sent: 0, received: 0, code: "no_network" as const },
      ...phone.contacts,
    ].slice(0, 5);
    await step({
      phase: "failed",
      error: "no_network",
      next_try_at: new Date(Date.now() + 30_000).toISOString(),
    });
    return;
  }
  for (const [index, stored] of unsent.entries()) {
    stored.place = "at_post";
    await step({ phase: "sending", sent: index + 1 });
  }
  phone.lastContact = new Date().toISOString();
  phone.contacts = [{ at, ok: true, sent: unsent.length, received: 0, code: null }, ...phone.contacts].slice(
    0,
    5,
  );
  await step({ phase: "idle" });
  phone.changed(...unsent.map(({ id }) => id));
}

/** Everything that needs the server of the post. */
export const exchangeCommands = (phone: Phone) =>
  ({
    enrol: async ({ server, code, qr }) => {
      phone.mine();
      phone.asked = { server, code, qr };
      if (!qr && code !== "K7QH3MXP") throw fail("code_wrong");
      phone.enrolled = true;
      phone.digits = "482 615";
      phone.emit("status_changed", phone.status());
      return { digits: phone.digits, post: "Bajo Chiquito", server_name: "puesto" };
    },
    digits_compared: async (same) => {
      phone.mine();
      phone.differ = !same;
      phone.digits = null;
      phone.emit("status_changed", phone.status());
    },
    sync_now: () => syncNow(phone),
    sync_contacts: async () => phone.contacts,
    absent: async () => phone.absent,
    hand_in_for_absent: async () => {
      const handed = phone.absent;
      phone.absent = { records: 0, others: 0, people: [] };
      phone.acted();
      return handed;
    },
    records_export: async (path) => {
      if (!phone.enrolled) throw fail("not_enrolled");
      const { unreceived, former_unreceived: former } = phone.status();
      // Nothing new is sealed under an identity that another device has too.
      const unsealed = phone.isCopied ? unreceived - former : 0;
      return {
        path: path ?? "Documentos/bitacora-2025-03-14.sobre",
        records: unreceived - former - unsealed,
        former,
        unsealed,
        full: 0,
      };
    },
  }) satisfies Partial<Answers>;
