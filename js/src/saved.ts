/**
 * A viewer leaves two outputs in the notebook: a picture for whoever opens it later, and this live view. While the view lives it hides
 * the picture with its id, which may come before or after it.
 */
const ATTRIBUTE = "data-jupimage-picture";
const NOTEBOOK = ".jp-Notebook, .jp-NotebookPanel, .notebook-container, #notebook-container";

/** Views that hide an element, counted on the element itself: a second view of the model must not show it again. */
const COUNT = "jupimageHiddenBy";

/** Hide the saved picture `id` that belongs to the view `root`. Returns the undoing. */
export function hideSavedPicture(root: HTMLElement, id: string): () => void {
	if (id === "") return () => {};
	const scope = root.closest<HTMLElement>(NOTEBOOK) ?? document.body;
	const hidden = new Set<HTMLElement>();
	const consider = (element: HTMLElement) => {
		if (element.getAttribute(ATTRIBUTE) !== id) return;
		const output = element.closest<HTMLElement>(".jp-OutputArea-child");
		const target = output && !output.contains(root) ? output : element;
		if (hidden.has(target)) return;
		hidden.add(target);
		hide(target);
	};
	const search = (within: ParentNode) => {
		for (const element of within.querySelectorAll<HTMLElement>(`[${ATTRIBUTE}]`)) consider(element);
	};
	const observer = new MutationObserver((records) => {
		for (const record of records) {
			for (const node of record.addedNodes) {
				if (!(node instanceof HTMLElement)) continue;
				consider(node);
				search(node);
			}
		}
	});
	search(scope);
	observer.observe(scope, { childList: true, subtree: true });
	return () => {
		observer.disconnect();
		for (const element of hidden) show(element);
	};
}

function hide(element: HTMLElement): void {
	element.dataset[COUNT] = String(Number(element.dataset[COUNT] ?? 0) + 1);
	element.style.setProperty("display", "none", "important");
}

function show(element: HTMLElement): void {
	const left = Number(element.dataset[COUNT] ?? 0) - 1;
	if (left > 0) {
		element.dataset[COUNT] = String(left);
		return;
	}
	delete element.dataset[COUNT];
	element.style.removeProperty("display");
}
