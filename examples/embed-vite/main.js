/** The page: asks the worker, shows what it says. */

const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
const answer = document.querySelector('#answer');

worker.onmessage = ({ data }) => {
  answer.textContent = data;
};
document.querySelector('#solve').onclick = () => {
  answer.textContent = 'loading…';
  worker.postMessage(document.querySelector('#puzzle').value);
};
