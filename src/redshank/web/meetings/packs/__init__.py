"""A sitting on paper, for one reader: what that reader may see, and nothing that whoever writes it may not see.

``content``  what stands in it, from the agenda as the reader has it
``docx``     Word: by the standard layout, or by a force's own template ``HOME/templates/<body>.docx``
``pdf``      PDF/UA by Typst: headings, tables and language are tagged
"""
