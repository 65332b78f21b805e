/** The sheet of keys. */
import React, { useEffect, useRef } from "react";

const KEYS: [string, string][] = [
  ["Space or K", "Play, pause"],
  ["← →", "5 seconds back, forth"],
  ["J L", "30 seconds back, forth"],
  ["0 … 9", "To a tenth of the recording"],
  ["Home, End", "To its beginning, its end"],
  ["[ ]", "Page before, next page"],
  [", .", "Mark before, next mark"],
  ["< >", "Slower, faster"],
  ["S", "Skip inactivity"],
  ["T", "Click trail"],
  ["N", "Write a note at this moment"],
  ["Shift P, Shift N", "Recording before, next recording"],
  ["F", "Full screen"],
  ["?", "This sheet"],
];

export function Shortcuts({ onClose }: { onClose: () => void }): React.ReactElement {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  return (
    <div className="hw-shortcuts" role="dialog" aria-modal="true" aria-label="Keys of the player" onClick={(event) => event.stopPropagation()}>
      <div className="hw-shortcuts-head">
        <strong>Keys of the player</strong>
        <button type="button" className="hw-notice-button" ref={close} onClick={onClose}>
          Close
        </button>
      </div>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
