"""The doors at the foot of every page, of the doorstep and of the application alike."""

FOOT = (
    ('/thong-ke', 'statistics.short'),
    ('/du-lieu-mo', 'open_data.title'),
    ('/so-cong-khai', 'public_registers.title'),
    ('/xac-thuc', 'verification.title'),
    ('/phan-anh', 'feedback.title'),
    ('/hoi-dap', 'feedback.questions_title'),
    ('/mot-cua', 'duty.short'),
    ('/tro-giup', 'common.foot_help'),
    ('/tro-giup#tro-nang', 'common.foot_access'),
    ('/tro-giup#du-lieu-ca-nhan', 'common.foot_data'),
    ('/can-bo', 'common.foot_staff'),
)
"""Address and words, as they stand."""
