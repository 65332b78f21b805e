/** The size of an element, kept up with its container. */
import { useLayoutEffect, useState, type RefObject } from "react";

/** Width and height in CSS px; 0 until it is laid out. */
export function useRoomWidth(element: RefObject<HTMLElement | null>): { width: number; tall: number } {
  const [size, setSize] = useState({ width: 0, tall: 0 });
  useLayoutEffect(() => {
    const watched = element.current;
    if (!watched) return undefined;
    const measure = (): void => setSize({ width: watched.clientWidth, tall: watched.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);
  return size;
}
