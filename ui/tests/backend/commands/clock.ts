import type { Answers } from "../answers";
import type { Phone } from "../phone";

/** Putting right what a wrong clock wrote. */
export const clockCommands = (phone: Phone) =>
  ({
    clock_repair: async () => {
      const repaired = phone.clock.repairable;
      phone.clock = { ...phone.clock, doubtful: 0, repairable: 0 };
      phone.acted();
      return { repaired };
    },
    clock_repair_undo: async () => {
      phone.clock = { ...phone.clock, doubtful: 10, repairable: 10 };
      phone.acted();
      return { restored: 10 };
    },
  }) satisfies Partial<Answers>;
