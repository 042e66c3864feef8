"""The playlists of the sample person: what each is called, and by which words its videos were picked.

A subject is a playlist about one thing: a video has its truth there. The other playlists cut across subjects, as real
playlists do: by series, by language, by speaker, by mood.
"""

from __future__ import annotations

from dataclasses import dataclass

INBOX = "Inbox"


@dataclass(frozen=True, slots=True)
class SamplePlaylist:
    """A playlist to fill: `words` is a regular expression over lower-case text, `size` how many videos it holds at most."""

    title: str
    size: int
    words: str
    description: str = ""


SUBJECTS = (
    SamplePlaylist(
        "Testing",
        139,
        r"\b(pytest|unit.?tests?|unittest|testing|tdd|mocks?|mocking|property.based|selenium|test.driven|test suite)\b",
        "pytest and friends",
    ),
    SamplePlaylist(
        "Async & concurrency",
        120,
        r"\b(async|asyncio|asynchronous|concurren\w+|threads?|threading|gevent|twisted|coroutines?|multiprocessing|trio|gil)\b",
    ),
    SamplePlaylist("Data science with pandas", 83, r"\b(pandas|data ?frames?|polars|data wrangling)\b"),
    SamplePlaylist(
        "Charts & visualization",
        92,
        r"\b(visuali[sz]\w+|matplotlib|bokeh|plotly|altair|seaborn|dashboards?|holoviews|datashader)\b",
    ),
    SamplePlaylist(
        "Machine learning",
        176,
        r"\b(machine learning|scikit-learn|sklearn|classifiers?|random forests?|gradient boosting|xgboost|feature engineering|mlops)\b",
    ),
    SamplePlaylist(
        "Deep learning",
        120,
        r"\b(deep learning|neural net\w*|pytorch|tensorflow|keras|convolutional|gans?|reinforcement learning)\b",
    ),
    SamplePlaylist(
        "Language & text (NLP)",
        83,
        r"\b(nlp|natural language|text mining|word embeddings?|spacy|nltk|sentiment|text classification|speech)\b",
    ),
    SamplePlaylist(
        "LLMs and agents",
        56,
        r"\b(llms?|gpt\S*|chatgpt|rag|generative ai|large language models?|ai agents?|langchain|prompt engineering)\b",
        "before they all go out of date",
    ),
    SamplePlaylist("Django", 231, r"\b(django\w*)\b", "mostly for work"),
    SamplePlaylist(
        "Web APIs & Flask", 111, r"\b(flask|fastapi|rest|restful|graphql|web apis?|openapi|pyramid|wsgi|starlette)\b"
    ),
    SamplePlaylist(
        "Packaging",
        79,
        r"\b(packaging|pip|pypi|conda|wheels?|poetry|setuptools|virtualenv|dependenc\w+ management|conda-forge|pyproject)\b",
    ),
    SamplePlaylist(
        "Security",
        79,
        r"\b(security|secure|cryptograph\w*|hacking|vulnerabilit\w+|passwords?|malware|attacks?|exploits?)\b",
    ),
    SamplePlaylist(
        "Geo & maps",
        69,
        r"\b(gis|geo(spatial|graph\w+|science|json|pandas|location|coding|logical|physic\w*)?|maps|spatial|openstreetmap|satellite|leaflet|postgis)\b",
        "maps, satellites, GIS",
    ),
    SamplePlaylist(
        "Education & teaching",
        97,
        r"\b(teach\w*|education\w*|classrooms?|students?|kids|children|schools?|curriculum|bootcamp)\b",
    ),
    SamplePlaylist(
        "Performance",
        92,
        r"\b(performance|profil(e|ing|er|ers)|cython|numba|faster|speed(ing)?( up)?|jit|benchmark\w*|high.performance)\b",
        "make it fast",
    ),
    SamplePlaylist(
        "Typing",
        42,
        r"\b(type hints?|typing|mypy|static(ally)? typ\w+|type check\w*|type annotations?|gradual typ\w+|pyright)\b",
    ),
    SamplePlaylist(
        "DevOps & deployment",
        120,
        r"\b(docker|kubernetes|deploy\w*|ansible|devops|terraform|continuous (integration|delivery|deployment)|containers?|salt ?stack|fabric)\b",
    ),
    SamplePlaylist(
        "Cloud & serverless",
        42,
        r"\b(aws|serverless|lambda functions?|google cloud|azure|openstack|app engine|heroku|cloud)\b",
    ),
    SamplePlaylist(
        "Science talks: astronomy",
        56,
        r"\b(astro\w+|telescopes?|galax\w+|exoplanets?|nasa|cosmolog\w+|spacecraft|lsst|gravitational)\b",
        "look up!",
    ),
    SamplePlaylist(
        "Science talks: biology & medicine",
        69,
        r"\b(bioinformatics|genom\w+|biolog\w+|proteins?|neuroscien\w+|neuroimaging|medical|medicine|brains?|dna|clinical|cancer|mri)\b",
    ),
    SamplePlaylist(
        "Science talks: physics & chemistry",
        46,
        r"\b(physics|quantum|chemistry|molecul\w+|particles?|cern|materials science|crystal\w*|fluid\w*)\b",
    ),
    SamplePlaylist(
        "Climate & earth",
        37,
        r"\b(climate|weather|oceans?|oceanograph\w+|seismic|earthquakes?|hydrolog\w+|atmospher\w+|xarray)\b",
    ),
    SamplePlaylist(
        "Databases & SQL",
        111,
        r"\b(sql|postgres\w*|databases?|mongo\w*|sqlalchemy|redis|nosql|sqlite|mysql|duckdb|cassandra|neo4j)\b",
    ),
    SamplePlaylist("Jupyter & notebooks", 79, r"\b(jupyter\w*|ipython|notebooks?|nbconvert|binder|colab)\b"),
    SamplePlaylist(
        "Community & diversity",
        102,
        r"\b(community|diversity|inclusi\w+|women|mentor\w*|pyladies|volunteer\w*|code of conduct|organi[sz]ers?)\b",
        "the people side",
    ),
    SamplePlaylist(
        "Hardware & Raspberry Pi",
        74,
        r"\b(raspberry|micropython|circuitpython|robot\w*|iot|arduino|hardware|microcontrollers?|sensors?|embedded|drones?)\b",
        "blinking lights",
    ),
    SamplePlaylist("Games", 46, r"\b(games?|pygame|minecraft|unity|chess|godot|gaming)\b"),
    SamplePlaylist(
        "Docs & writing",
        56,
        r"\b(documentation|sphinx|docs|technical writ\w+|readthedocs|docstrings?|restructuredtext|technical writers?|tech writing)\b",
    ),
    SamplePlaylist(
        "Career",
        51,
        r"\b(careers?|hiring|interviews?|job (hunt|search|market|interview)s?|freelanc\w*|burnout|imposter|impostor|salary|remote work|engineering managers?|promotions?)\b",
        "for the next review",
    ),
    SamplePlaylist(
        "Language features",
        65,
        r"\b(decorators?|metaclass\w*|generators?|iterators?|descriptors?|context managers?|comprehensions?|dataclass\w*|pattern matching|dunder)\b",
    ),
    SamplePlaylist(
        "CPython internals",
        69,
        r"\b(cpython|bytecode|interpreters?|garbage collect\w*|c.api|reference count\w*|pypy|memory management|peg parser|jython)\b",
        "how the sausage is made",
    ),
    SamplePlaylist(
        "Statistics & Bayes",
        83,
        r"\b(bayes\w*|pymc\d?|probabilistic|mcmc|statistic\w*|probability|causal|a/b test\w*|stan|regression)\b",
    ),
    SamplePlaylist("Time series & forecasting", 37, r"\b(time.?series|forecast\w*|prophet|anomaly detection)\b"),
    SamplePlaylist(
        "Finance",
        42,
        r"\b(financ\w+|trading|banks?|banking|quant\w* finance|stocks?|bitcoin|blockchain|insurance|payments?)\b",
        "not advice",
    ),
    SamplePlaylist(
        "Big data & pipelines",
        83,
        r"\b(spark|pyspark|dask|big data|hadoop|airflow|etl|data pipelines?|data engineering|luigi|data lake)\b",
    ),
    SamplePlaylist("Music & audio", 32, r"\b(music\w*|audio|sound|midi|songs?|synthesi[sz]er)\b"),
    SamplePlaylist("Web scraping", 32, r"\b(scrap(y|ing|e|er|ers)|crawl(er|ers|ing)|beautiful ?soup)\b"),
    SamplePlaylist("GPU & CUDA", 28, r"\b(gpus?|cuda|rapids|cupy|opencl|cudf)\b"),
    SamplePlaylist(
        "Functional programming",
        28,
        r"\b(functional programming|functional python|monads?|immutab\w+|haskell|clojure|currying)\b",
    ),
    SamplePlaylist(
        "Queues & microservices",
        56,
        r"\b(micro.?services?|event.driven|kafka|rabbitmq|celery|message queues?|zeromq|amqp|event sourcing|nameko)\b",
    ),
    SamplePlaylist(
        "Clean code & design",
        74,
        r"\b(design patterns?|clean code|refactor\w*|software architecture|technical debt|legacy code|code reviews?|best practices?|domain.driven)\b",
    ),
    SamplePlaylist(
        "Computer vision & images",
        60,
        r"\b(computer vision|opencv|image processing|images?|object detection|scikit-image|face recognition|video analysis)\b",
    ),
    SamplePlaylist("Command line tools", 28, r"\b(command.line|cli|terminal|shell|argparse|bash|repl)\b"),
    SamplePlaylist(
        "Desktop & mobile apps",
        42,
        r"\b(guis?|pyqt\d?|kivy|tkinter|desktop|mobile|android|ios|beeware|wxpython|enaml)\b",
    ),
    SamplePlaylist(
        "Ethics & privacy",
        42,
        r"\b(ethic\w*|bias|privacy|gdpr|fairness|surveillance|responsible ai|explainab\w+|interpretab\w+)\b",
    ),
    SamplePlaylist(
        "Recommenders & search",
        42,
        r"\b(recommend\w+|search engines?|elasticsearch|information retrieval|full.text search|solr|haystack|ranking)\b",
    ),
    SamplePlaylist(
        "Debugging & monitoring",
        60,
        r"\b(debug\w*|logging|observability|monitoring|tracing|pdb|opentelemetry|metrics|sentry)\b",
        "when it is on fire",
    ),
    SamplePlaylist(
        "Open source & funding",
        51,
        r"\b(open.source|maintainers?|contributors?|contributing|sustainab\w+|licens\w+|foundation|psf|funding)\b",
    ),
)

LANGUAGES = {
    "spa": SamplePlaylist("Talks in Spanish", 110, "", "para practicar"),
    "ita": SamplePlaylist("Italiano", 40, ""),
    "fra": SamplePlaylist("en français", 30, ""),
}
SERIES = {
    "PyCon DE": SamplePlaylist("PyCon DE talks", 120, "", "from the years I went"),
    "North Bay Python": SamplePlaylist("North Bay Python <3", 30, ""),
    "Write the Docs Prague": SamplePlaylist("Prague trip", 24, "", "watched on the way home"),
}
PEOPLE = SamplePlaylist(
    "People I follow",
    40,
    r"\b(hettinger|beazley|van rossum|guido|batchelder|langa|ronacher|willison|vanderplas|mckinney)\b",
    "there must be a better way",
)
KEYNOTES = SamplePlaylist("Keynotes", 110, r"\bkeynotes?\b")
LIGHTNING = SamplePlaylist("Lightning talks", 95, r"\blightning\b", "five minutes each")
TRAIN = SamplePlaylist("To watch on the train", 60, "", "short ones")
AGAIN = SamplePlaylist("Favourites to watch again", 45, "")
