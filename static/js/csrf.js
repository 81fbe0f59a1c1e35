/** The token that proves a request comes from one of our pages. */

/** @returns {Record<string, string>} */
export function csrfHeaders() {
  /** @type {HTMLMetaElement | null} */
  const meta = document.querySelector('meta[name="csrf-token"]');
  return meta ? { "X-CSRFToken": meta.content, "HX-Request": "true" } : { "HX-Request": "true" };
}

export function start() {
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail;
    Object.assign(ctx.request.headers, csrfHeaders());
  });
}
