import type { Backend } from "$lib/backend/backend";
import type { Answers } from "./answers";
import { accessCommands } from "./commands/access";
import { clockCommands } from "./commands/clock";
import { decideCommands } from "./commands/decide";
import { draftCommands } from "./commands/draft";
import { exchangeCommands } from "./commands/exchange";
import { patrolCommands } from "./commands/patrol";
import { postCommands } from "./commands/post";
import { recordCommands } from "./commands/records";
import { Phone } from "./phone";

/** A phone in memory: enough of a state machine to use the app by hand in a browser. For tests only. */
export class MemoryBackend extends Phone {
  /** The interface's view of this phone. */
  backend(): Backend {
    return new Proxy(this.#commands() as Backend, {
      get: (commands, name: string) => {
        if (name === "on") return commands.on;
        const command = (commands as unknown as Record<string, (...request: unknown[]) => Promise<unknown>>)[
          name
        ];
        return async (...request: unknown[]) => {
          this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
          this.answering += 1;
          try {
            if (this.slowMs > 0) await new Promise((done) => setTimeout(done, this.slowMs));
            if (this.gate.holds(name)) await this.gate.wait();
            const failure = this.failNext.get(name);
            if (failure) {
              this.failNext.delete(name);
              throw failure;
            }
            // What crosses to the shell is a copy, and so is what comes back.
            return structuredClone(await command?.(...structuredClone(request)));
          } finally {
            this.answering -= 1;
          }
        };
      },
    });
  }

  #commands(): Answers & Pick<Backend, "on"> {
    return {
      on: (name, handler) => this.on(name, handler),
      ...accessCommands(this),
      ...exchangeCommands(this),
      ...draftCommands(this),
      ...recordCommands(this),
      ...decideCommands(this),
      ...clockCommands(this),
      ...patrolCommands(this),
      ...postCommands(this),
    };
  }
}
