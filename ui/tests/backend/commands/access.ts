import { fail, type Answers } from "../answers";
import { LISTS } from "../lists";
import { TRIES, type Phone } from "../phone";

/** Who may come in, and how the phone is set. */
export const accessCommands = (phone: Phone) =>
  ({
    settings_read: async () => phone.settings,
    settings_write: async (settings) => void (phone.settings = settings),
    status: async () => phone.status(),
    lists: async () => LISTS,
    start: async ({ name, pin }) => {
      if (/^(\d)\1+$/.test(pin) || "0123456789".includes(pin)) throw fail("pin_too_weak", "easy", "pin");
      const person = phone.addPerson(name, pin, "patrol_member");
      phone.open(person);
      phone.emit("status_changed", phone.status());
      return { recovery_code: person.recovery };
    },
    unlock: async ({ person_id, pin }) => {
      const person = phone.person(person_id);
      if (person.tile.attempts_left === 0) throw fail("too_many_tries");
      if (person.pin !== pin) {
        person.tile.attempts_left -= 1;
        throw fail(person.tile.attempts_left === 0 ? "too_many_tries" : "wrong_pin");
      }
      phone.open(person);
      return phone.status();
    },
    lock: async () => {
      phone.me = null;
      phone.discarded = [];
      phone.emit("locked", null);
      phone.emit("status_changed", phone.status());
    },
    touched: async () => {
      phone.touches += 1;
    },
    person_add: async ({ name, pin }) => {
      phone.mine();
      const { recovery } = phone.addPerson(name, pin, "patrol_member");
      phone.emit("status_changed", phone.status());
      return { recovery_code: recovery };
    },
    pin_reset_by_code: async ({ person_id, recovery_code, new_pin }) => {
      const person = phone.person(person_id);
      if (recovery_code.length !== person.recovery.length) throw fail("invalid", "mistyped", "recovery_code");
      if (recovery_code !== person.recovery) throw fail("wrong_pin", "not the code", "recovery_code");
      person.pin = new_pin;
      person.tile.attempts_left = TRIES;
    },
    pin_reset_by_person: async ({ person_id, new_pin }) => {
      phone.mine();
      phone.person(person_id).pin = new_pin;
    },
    pin_change: async ({ pin, new_pin }) => {
      const person = phone.person(phone.mine().person_id);
      if (person.pin !== pin) throw fail("wrong_pin");
      person.pin = new_pin;
    },
    recovery_code_new: async () => {
      const person = phone.person(phone.mine().person_id);
      person.recovery = `4WEH-9TRA-M2XP-${++phone.counter}QK3`;
      return { recovery_code: person.recovery };
    },
    lock_minutes_write: async (minutes) => {
      phone.lockMinutes = minutes;
      phone.emit("status_changed", phone.status());
    },
  }) satisfies Partial<Answers>;
