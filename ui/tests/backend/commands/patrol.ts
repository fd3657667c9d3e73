import { fail, type Answers } from "../answers";
import type { Phone } from "../phone";

/** Going out and coming back. */
export const patrolCommands = (phone: Phone) =>
  ({
    patrol_leave: async ({ trail_id, setting, direction, people }) => {
      phone.patrol = {
        patrol_id: "pat1",
        code: "BCH-0314-2",
        trail: trail_id,
        setting,
        direction,
        departed_at: new Date().toISOString(),
        people,
        encounters: 0,
      };
      phone.emit("status_changed", phone.status());
      return phone.patrol;
    },
    patrol_return: async () => {
      phone.patrol = null;
      phone.emit("status_changed", phone.status());
    },
    patrols_out: async () => {
      const own = phone.patrol && {
        ...phone.patrol,
        device_name: "Teléfono 4",
        people: [phone.mine().name],
        this_device: true,
      };
      return own ? [own, ...phone.othersOut] : phone.othersOut;
    },
    patrol_close: async (id) => {
      if (!phone.leads) throw fail("not_allowed", "role", "role");
      if (phone.patrol?.patrol_id === id) phone.patrol = null;
      else if (phone.othersOut.some(({ patrol_id }) => patrol_id === id))
        phone.othersOut = phone.othersOut.filter(({ patrol_id }) => patrol_id !== id);
      else throw fail("not_allowed", "back", "patrol_back");
      phone.acted();
    },
  }) satisfies Partial<Answers>;
