/*
 * Small comforts. Every page works without this file; the hooks are data-gm-… attributes.
 *   details[data-gm-menu]      closes when one presses elsewhere or Escape
 *   form[data-gm-once]         its buttons rest after the first press
 *   form[data-gm-guard]        asks before one leaves with something typed and not saved
 *   [data-gm-print]            shows itself and prints
 *   [data-gm-focus]            takes the focus when the page opens: the summary of errors
 *   [data-gm-save-state]       is marked as failed when a saving by htmx fails
 * What a request by htmx could not do is said in [data-gm-notices], with the texts of the <template>s in base.html.
 */
(() => {
  "use strict";

  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  const closeMenus = (except) => {
    for (const menu of all("details[data-gm-menu][open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details[data-gm-menu][open]");
    closeMenus();
    menu?.querySelector("summary").focus();
  });

  // Signing in again in another window renews the token: every sending takes the one the browser holds now.
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  document.addEventListener(
    "submit",
    (event) => {
      const field = event.target.elements?.namedItem("csrfmiddlewaretoken");
      if (field && token()) field.value = token();
    },
    true,
  );
  document.addEventListener("htmx:configRequest", (event) => {
    if (!token()) return;
    event.detail.headers["X-CSRFToken"] = token();
    // Django reads the field before the header.
    event.detail.formData.delete("csrfmiddlewaretoken");
  });

  const buttonsOf = (form) => all("button:not([type=button]), input[type=submit]", form);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // htmx sends the form itself; whether it was saved is known only when the answer comes.
    if (event.defaultPrevented) return;
    form.removeAttribute("data-gm-dirty");
    // After the browser has gathered the form: a disabled button would not send its own value.
    if (form.matches("[data-gm-once]")) {
      setTimeout(() => {
        for (const button of buttonsOf(form)) button.disabled = true;
      });
    }
  });
  // Back shows the page as it was left: its buttons must be alive again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of all("form[data-gm-once]")) {
      for (const button of buttonsOf(form)) button.disabled = false;
    }
  });

  // How often something was typed in a form, and how often when a save of it began: what is typed while a
  // save is under way is not saved yet.
  const typed = new WeakMap();
  const begun = new WeakMap();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-gm-guard]");
    if (!form) return;
    form.setAttribute("data-gm-dirty", "");
    typed.set(form, (typed.get(form) || 0) + 1);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form) begun.set(event.detail.xhr, typed.get(form) || 0);
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-gm-dirty]")) event.preventDefault();
  });

  const enliven = (root) => {
    for (const button of all("[data-gm-print]", root)) button.hidden = false;
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-gm-print]")) window.print();
  });
  enliven(document);
  document.querySelector("[data-gm-focus]")?.focus();

  // What htmx could not do.
  const say = (name) => {
    const place = document.querySelector("[data-gm-notices]");
    const text = document.getElementById(`gm-say-${name}`);
    if (place && text) place.replaceChildren(text.content.cloneNode(true));
  };
  const markSaving = (element, state) => {
    const form = element.closest?.("form");
    for (const place of form ? all("[data-gm-save-state]", form) : []) place.dataset.gmState = state;
  };
  const failed = (event) => {
    markSaving(event.detail.elt, "failed");
    say(event.detail.xhr?.status === 403 ? "refused" : "failed");
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
  document.addEventListener("htmx:responseError", failed);
  const signedOut = new WeakSet();
  document.addEventListener("htmx:beforeSwap", (event) => {
    // The session ended: the login page must not replace a half-filled form.
    if (event.detail.xhr.responseText.includes("data-gm-signed-out")) {
      event.detail.shouldSwap = false;
      signedOut.add(event.detail.xhr);
      markSaving(event.detail.elt, "failed");
      say("signed-out");
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    // The login page is a successful answer too, and saved nothing.
    if (!event.detail.successful || signedOut.has(event.detail.xhr)) return;
    if (event.detail.requestConfig?.verb === "get") return;
    if (form && begun.get(event.detail.xhr) === (typed.get(form) || 0)) form.removeAttribute("data-gm-dirty");
    markSaving(event.detail.elt, "saved");
  });
  document.addEventListener("htmx:afterSwap", (event) => enliven(event.detail.target));
})();
