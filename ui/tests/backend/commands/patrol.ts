import type { Answers } from "../answers";
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
  }) satisfies Partial<Answers>;
