/** Which node has which number: rrweb's mirror, as far as a recorder needs it. */
export const LEFT_OUT = -2;

export class Mirror {
  private nodes = new Map<number, Node>();
  private ids = new WeakMap<Node, number>();

  /** -1 for a node that nothing has been told of, LEFT_OUT for one that nothing is told of. */
  getId(node: Node | null): number {
    return (node && this.ids.get(node)) ?? -1;
  }

  getNode(id: number): Node | null {
    return this.nodes.get(id) ?? null;
  }

  /** rrweb asks only whether there is any. */
  getMeta(node: Node): boolean {
    return this.ids.has(node);
  }

  hasNode(node: Node): boolean {
    return this.ids.has(node);
  }

  has(id: number): boolean {
    return this.nodes.has(id);
  }

  add(node: Node, id: number): void {
    this.nodes.set(id, node);
    this.ids.set(node, id);
  }

  /** Its number stays the node's, in case it comes back. */
  removeNodeFromMap(node: Node): void {
    this.nodes.delete(this.getId(node));
    node.childNodes.forEach((child) => this.removeNodeFromMap(child));
  }

  reset(): void {
    this.nodes = new Map();
    this.ids = new WeakMap();
  }
}
