import { after, failing, onPhone, pin, see, taps, write, type Screens, type Way } from "./way";

const who = after(taps("start-next"), write("start-name", "Cabo Mosquera"), taps("start-next"));
const chosenPin: Way = async (finger) => {
  await pin(finger, "241973");
  await pin(finger, "241973");
};
const recovery = after(who, chosenPin, taps("start-without-code"), see("recovery-code"));

/** First start, joining and unlocking. */
export const START: Screens = {
  measured: [
    onPhone("first start", "first"),
    onPhone("recovery code", "first", recovery),
    onPhone("unlock", "locked", taps("person")),
    onPhone("unlock by passphrase", "locked", taps("person", "unlock-by-phrase")),
    onPhone("join", "empty", taps("home-enrol")),
    onPhone("first start, PIN", "first", who),
    onPhone(
      "first start, passphrase",
      "first",
      after(
        who,
        taps("start-by-phrase"),
        write("start-phrase", "la lluvia de mayo"),
        write("start-phrase-again", "la lluvia de marzo"),
      ),
    ),
  ],
  further: [
    onPhone("first start, who", "first", taps("start-next")),
    onPhone("first start, PINs differ", "first", async (finger) => {
      await who(finger);
      await pin(finger, "241973");
      await pin(finger, "241974");
    }),
    onPhone("first start, code", "first", after(who, chosenPin)),
    onPhone(
      "first start, code, failed",
      "first",
      after(who, chosenPin, failing("start", "disk_full"), taps("start-without-code"), see("start-failure")),
    ),
    onPhone("first start, practice", "first", after(recovery, taps("recovery-noted"))),
    onPhone(
      "join, failed",
      "empty",
      after(
        taps("home-enrol"),
        write("enrol-server", "10.20.0.5:8444"),
        write("enrol-code", "AAAAAAAA"),
        taps("enrol-send"),
        see("enrol-failure"),
      ),
    ),
    onPhone(
      "join, digits",
      "empty",
      after(
        taps("home-enrol"),
        write("enrol-server", "10.20.0.5:8444"),
        write("enrol-code", "K7QH3MXP"),
        taps("enrol-send"),
        see("enrol-digits"),
      ),
    ),
    onPhone(
      "join, digits differ",
      "empty",
      after(
        taps("home-enrol"),
        write("enrol-server", "10.20.0.5:8444"),
        write("enrol-code", "K7QH3MXP"),
        taps("enrol-send", "enrol-differ"),
      ),
    ),
    onPhone("join again", "day", taps("settings", "join-again")),
    onPhone("join, no camera", "empty", after(taps("home-enrol", "qr-scan"), see("qr-failure"))),
    onPhone("unlock, who", "locked"),
    onPhone(
      "unlock, wrong PIN",
      "locked",
      after(taps("person"), (finger) => pin(finger, "111111"), see("unlock-news")),
    ),
    onPhone("unlock, no tries left", "locked", async (finger) => {
      await finger.tap("person");
      for (let turn = 0; turn < 5; turn++) await pin(finger, "111111");
    }),
    onPhone("unlock, forgotten", "locked", taps("person", "unlock-forgot")),
    onPhone(
      "first start, easy PIN",
      "first",
      after(
        who,
        async (finger) => {
          await pin(finger, "111111");
          await pin(finger, "111111");
        },
        taps("start-without-code"),
        see("start-failure"),
      ),
    ),
  ],
};
