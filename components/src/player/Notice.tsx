/** What stands where the page would be when there is none: why, and what can be done. */
import React from "react";
import { Icon } from "./icons";

interface NoticeProps {
  kind: "empty" | "error";
  title: string;
  text: string;
  onRetry?: (() => void) | undefined;
}

export function Notice({ kind, title, text, onRetry }: NoticeProps): React.ReactElement {
  return (
    <div className={`hw-stage-notice hw-stage-notice-${kind}`} role={kind === "error" ? "alert" : "status"}>
      <span className="hw-notice-icon">
        <Icon name={kind === "error" ? "alert" : "film"} />
      </span>
      <strong>{title}</strong>
      <p>{text}</p>
      {onRetry && (
        <button type="button" className="hw-notice-button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
