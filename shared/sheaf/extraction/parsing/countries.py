"""Names of countries as addresses print them, in the languages that Sheaf reads and in their own; and the letters before postcodes."""

from __future__ import annotations

from functools import cache

#: ISO 3166-1 alpha-2: folded names.
_NAMES = """
AR: argentina argentinien argentine argentinie
AT: austria osterreich autriche oostenrijk
AU: australia australien australie
BE: belgium belgien belgique belgica belgio belgie
BG: bulgaria bulgarien bulgarie bulgarije
BR: brazil brasilien bresil brasil brasile brazilie
CA: canada kanada
CH: switzerland schweiz suisse suiza svizzera zwitserland suica
CL: chile chili cile
CN: china chine cina|people's republic of china|p.r. china
CO: colombia kolumbien colombie
CY: cyprus zypern chypre chipre cipro
CZ: czechia tschechien tchequie chequia cechia tsjechie|czech republic|ceska republika|tschechische republik|republique tcheque
DE: germany deutschland allemagne alemania germania duitsland alemanha
DK: denmark danemark dinamarca danimarca danmark denemarken
EE: estonia estland estonie eesti
ES: spain spanien espagne espana spagna spanje espanha
FI: finland finnland finlande finlandia suomi
FR: france frankreich francia frankrijk franca
GB: england scotland wales uk grossbritannien royaume-uni|united kingdom|great britain|northern ireland|vereinigtes konigreich|reino unido
GB: |regno unito|verenigd koninkrijk
GR: greece griechenland grece grecia griekenland|hellas
HK: hongkong|hong kong
HR: croatia kroatien croatie croacia croazia kroatie hrvatska
HU: hungary ungarn hongrie hungria ungheria hongarije magyarorszag
ID: indonesia indonesien indonesie
IE: ireland irland irlande irlanda ierland eire
IL: israel
IN: india indien inde indie
IS: iceland island islande islandia ijsland
IT: italy italien italie italia
JP: japan japon giappone japao
KR: korea|south korea|sudkorea|coree du sud|corea del sur|republic of korea
LI: liechtenstein
LT: lithuania litauen lituanie lituania litouwen lietuva
LU: luxembourg luxemburg luxemburgo lussemburgo
LV: latvia lettland lettonie letonia letland latvija
MA: morocco marokko maroc marruecos marocco marrocos
MT: malta malte
MX: mexico mexiko mexique messico
MY: malaysia malaisie malasia
NL: netherlands niederlande pays-bas nederland holland|the netherlands|paises bajos|paesi bassi|paises baixos
NO: norway norwegen norvege noruega norvegia noorwegen norge
NZ: neuseeland|new zealand|nouvelle-zelande|nueva zelanda
PE: peru perou
PL: poland polen pologne polonia polska
PT: portugal portogallo
RO: romania rumanien roumanie rumania roemenie
RS: serbia serbien serbie srbija
SE: sweden schweden suede suecia svezia zweden sverige
SG: singapore singapur singapour
SI: slovenia slowenien slovenie eslovenia slovenija
SK: slovakia slowakei slovaquie eslovaquia slovacchia slowakije slovensko
TH: thailand thailande tailandia
TR: turkey turkei turquie turquia turchia turkije turkiye
TW: taiwan
UA: ukraine ucrania ucraina oekraine
US: usa u.s.a us etats-unis|united states|united states of america|vereinigte staaten|estados unidos|stati uniti|verenigde staten
UY: uruguay
ZA: sudafrika|south africa|afrique du sud|sudafrica|zuid-afrika
"""
#: Letters that stand before a postcode, as vehicles bear them.
PREFIXES = dict(
    pair.split("=")
    for pair in "A=AT AT=AT B=BE BE=BE CH=CH D=DE DE=DE DK=DK E=ES ES=ES F=FR FR=FR FIN=FI FI=FI I=IT IT=IT L=LU LU=LU LI=LI FL=LI N=NO "
    "NO=NO NL=NL P=PT PT=PT PL=PL S=SE SE=SE SI=SI SK=SK CZ=CZ HU=HU H=HU HR=HR RO=RO GR=GR".split()
)


@cache
def countries() -> dict[str, str]:
    """ISO 3166-1 alpha-2 by folded name; names of several words stand behind the first bar of their line."""
    names: dict[str, str] = {}
    for line in _NAMES.strip().splitlines():
        code, _, listed = line.partition(": ")
        short, *long = listed.split("|")
        names |= dict.fromkeys((*short.split(), *long), code)
    return names
