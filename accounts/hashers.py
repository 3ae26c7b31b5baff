"""How passwords and codes are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with the least the OWASP password storage cheat sheet asks for (19 MiB, two passes, one lane).

    Django's own figures take 100 MiB and eight threads for each sign-in: a class of forty that signs in at the door would take
    gigabytes. A password kept with other figures is rehashed when its owner next signs in.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
