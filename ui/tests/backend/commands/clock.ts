import type { Answers } from "../answers";
import type { Phone } from "../phone";

/** Putting right what a wrong clock wrote. */
export const clockCommands = (phone: Phone) =>
  ({
    clock_repair: async () => {
      const repaired = phone.clock.repairable;
      phone.clock = { ...phone.clock, doubtful: 0, repairable: 0, repaired, is_repair_seen: false };
      phone.acted();
      return { repaired };
    },
    clock_repair_seen: async () => {
      phone.clock = { ...phone.clock, is_repair_seen: true };
      phone.acted();
    },
    clock_repair_undo: async () => {
      const restored = phone.clock.repaired;
      phone.clock = { ...phone.clock, doubtful: restored, repairable: restored, repaired: 0 };
      phone.acted();
      return { restored };
    },
  }) satisfies Partial<Answers>;
