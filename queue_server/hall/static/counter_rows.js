/** Rows that slid under the pointer take no press for a moment. */

const MOVED = 1_000; // ms: so long after the rows have moved a press may be meant for another one

export class Rows {
  #numbers = [];
  #moving;

  /** Look at the rows of `lists` after they were drawn. */
  watch(lists) {
    const numbers = [...lists.querySelectorAll("tr[data-number]")].map((row) => row.dataset.number);
    const moved = this.#numbers.some((number, place) => numbers[place] !== number && numbers.includes(number));
    this.#numbers = numbers;
    if (!moved) return;
    lists.dataset.moved = "";
    clearTimeout(this.#moving);
    this.#moving = setTimeout(() => delete lists.dataset.moved, MOVED);
  }
}
