/** What Dash finds under `window.heatwake_components`. */
export { default as HeatmapView } from "./components/HeatmapView";
export { default as Player } from "./components/Player";
export { default as RecordingFile } from "./components/RecordingFile";
