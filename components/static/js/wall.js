// The wall screen asks once a second whether something was counted; without a script the page loads itself anew.
(() => {
  const wall = document.body, source = wall.dataset.source, said = document.getElementById('said');
  const lang = document.documentElement.lang;
  const button = document.getElementById('pause');
  const pause = button.textContent;
  let tag = '', paused = false, timer = 0;

  function show(figures) {
    for (const one of document.querySelectorAll('[data-figure]')) one.textContent = figures[one.dataset.figure].toLocaleString(lang);
    const codes = document.getElementById('codes');
    codes.replaceChildren(...figures.codes.map(code => Object.assign(document.createElement('li'), { textContent: code })));
    codes.parentElement.hidden = !figures.codes.length;
  }

  async function ask() {
    let wait = 1000;
    try {
      const answer = await fetch(source, { headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store' });
      if (answer.status === 200) {
        show(await answer.json());
        tag = answer.headers.get('ETag') || '';
      }
      const lost = answer.status !== 200 && answer.status !== 304;
      wall.classList.toggle('is-lost', lost);
      said.textContent = lost ? wall.dataset.lost : wall.dataset.fresh;
      if (lost) wait = 15000;
    } catch {
      wall.classList.add('is-lost');
      said.textContent = wall.dataset.lost;
      wait = 3000;
    }
    if (!paused) timer = setTimeout(ask, wait);
  }

  button.hidden = false;
  button.addEventListener('click', () => {
    paused = !paused;
    button.textContent = paused ? wall.dataset.resume : pause;
    clearTimeout(timer);
    if (paused) said.textContent = wall.dataset.paused;
    else ask();
  });
  ask();
})();
