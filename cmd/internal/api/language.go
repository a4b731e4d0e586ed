package api

import "golang.org/x/text/language"

// languages that messages are in; the first is for everybody else.
var languages = []language.Tag{language.English, language.Italian, language.German}

var languageMatcher = language.NewMatcher(languages)

// languageOf picks the language of an Accept-Language header: "en", "it" or "de".
func languageOf(accept string) string {
	if accept == "" {
		return "en"
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return "en"
	}
	_, i, _ := languageMatcher.Match(tags...)
	return languages[i].String()
}
