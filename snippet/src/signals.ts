/**
 * What need not be watched from the first moment: the mouse's way, and signs that a page does not do what its visitor wants:
 * rage, dead and error clicks, a thrashed cursor, errors, slowness.
 */
import { SIGNALS } from "./config";
import { guarded } from "./guarded";
import { watchClicks } from "./signals/dead_clicks";
import { watchErrors } from "./signals/errors";
import { watchMoves } from "./signals/moves";
import { newRage } from "./signals/rage";
import { watchCursor } from "./signals/thrash";
import { watchVitals } from "./signals/vitals";
import type { Signals, SignalsHost } from "./signals_host";

function start(host: SignalsHost): Signals {
  const isRage = newRage();
  const dead = watchClicks(host);
  const errors = watchErrors(host);
  const tellVitals = watchVitals(host);
  const flushMoves = watchMoves(host);
  watchCursor(host);
  return {
    click: guarded((noted, target, event) => {
      if (isRage(event, target)) host.emit({ ...noted, k: "rage" });
      dead.click(noted, target, event);
      errors.click(noted);
    }),
    turn: guarded(() => {
      flushMoves();
      dead.turn();
      errors.turn();
    }),
    leave: guarded(() => {
      flushMoves();
      dead.turn();
      tellVitals();
    }),
  };
}

window.heatwake?.r?.[SIGNALS]?.(start);
