/** The replay engine as a script of its own; see `replay/load_engine.ts`. */
import { openStage } from "./replay/engine";

window.heatwakeReplayEngine = { openStage };
