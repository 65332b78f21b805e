/** Light or dark: as the component is told, else as the page around it is (Mantine's attribute on the document). */
import { useEffect, useState } from "react";

export type Scheme = "light" | "dark";

const ATTRIBUTE = "data-mantine-color-scheme";

const ofPage = (): Scheme => (document.documentElement.getAttribute(ATTRIBUTE) === "dark" ? "dark" : "light");

export function useScheme(given: Scheme | undefined): Scheme {
  const [page, setPage] = useState(ofPage);
  useEffect(() => {
    if (given) return undefined;
    setPage(ofPage());
    const observer = new MutationObserver(() => setPage(ofPage()));
    observer.observe(document.documentElement, { attributeFilter: [ATTRIBUTE] });
    return () => observer.disconnect();
  }, [given]);
  return given ?? page;
}
