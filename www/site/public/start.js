// Before the first paint: the language and the colours that were chosen earlier. No module, so that it blocks.
{
  const root = document.documentElement
  const language = localStorage.getItem('language') ?? navigator.language
  root.lang = /^(id|in)\b/.test(language) ? 'id' : 'en'
  const theme = localStorage.getItem('theme')
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
}
