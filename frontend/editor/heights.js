// Heights of rows of which most were never measured: sums and look-ups in logarithmic time.

export class Heights {
  constructor(count, estimate) {
    this.estimate = estimate;
    this.resize(count);
  }

  /** Starts again with so many rows of the estimated height. */
  resize(count) {
    this.count = count;
    this.values = new Float64Array(count).fill(this.estimate);
    this.tree = new Float64Array(count + 1);
    for (let i = 1; i <= count; i++) {
      this.tree[i] += this.estimate;
      const up = i + (i & -i);
      if (up <= count) this.tree[up] += this.tree[i];
    }
  }

  /** Puts the height of one row; answers by how much it has grown. */
  put(position, height) {
    const grown = height - this.values[position];
    if (!grown) return 0;
    this.values[position] = height;
    for (let i = position + 1; i <= this.count; i += i & -i) this.tree[i] += grown;
    return grown;
  }

  /** The height of all rows before `position`. */
  before(position) {
    let sum = 0;
    for (let i = position; i > 0; i -= i & -i) sum += this.tree[i];
    return sum;
  }

  get total() {
    return this.before(this.count);
  }

  /** The row at a distance from the top. */
  at(offset) {
    let position = 0;
    let rest = offset;
    for (let step = 2 ** Math.floor(Math.log2(Math.max(this.count, 1))); step >= 1; step /= 2) {
      if (position + step <= this.count && this.tree[position + step] <= rest) {
        position += step;
        rest -= this.tree[position];
      }
    }
    return Math.min(position, Math.max(this.count - 1, 0));
  }
}
