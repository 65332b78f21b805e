/** What runs in an exported recording's file: the player with its engine, over the JSON that stands beside it. */
import React from "react";
import { createRoot } from "react-dom/client";
import { ExportedPlayer } from "./player/ExportedPlayer";
import { ELEMENT_ID, readExported } from "./player/recording_file";
import { openStage } from "./replay/engine";

window.heatwakeReplayEngine = { openStage };
const room = document.getElementById("player");
const text = document.getElementById(ELEMENT_ID)?.textContent ?? "";
const scheme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
document.documentElement.dataset["hwScheme"] = scheme;
if (room) createRoot(room).render(<ExportedPlayer exported={readExported(text)} colorScheme={scheme} />);
