/** The address of the page that is shown, as a browser would show it. */
import React from "react";

interface AddressBarProps {
  href: string;
  /** "2 of 5"; empty for a single page. */
  count: string;
  /** The recorded viewport. */
  size: string;
}

export function AddressBar({ href, count, size }: AddressBarProps): React.ReactElement {
  const [host, rest] = splitAddress(href);
  return (
    <div className="hw-address">
      <span className="hw-address-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span className="hw-address-field" title={href}>
        {host && <span className="hw-address-host">{host}</span>}
        <span className="hw-address-path">{rest || "No address was recorded"}</span>
      </span>
      {count && <span className="hw-address-fact hw-numbers">Page {count}</span>}
      {size && <span className="hw-address-fact hw-address-size hw-numbers">{size}</span>}
    </div>
  );
}

function splitAddress(href: string): [string, string] {
  try {
    const url = new URL(href);
    return [url.host, url.pathname + url.search + url.hash];
  } catch {
    return ["", href];
  }
}
