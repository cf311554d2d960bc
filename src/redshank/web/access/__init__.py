"""Who sees what, settled by people: restricting, granting for a time, sharing, matters of one's own, and who may sign in.

``sight``     restrict, grant, share, record a conflict, take back: each with a reason, kept in the audit
``asks``      anybody asks for sight or declares a matter of their own; somebody answers
``standing``  training, vetting, leaving and the quarterly look of the line manager (practice rule 29)
"""
