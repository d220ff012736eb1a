"""What is certified stands on the receipt with its pages, copies and fee, and still on one sheet of half the size."""

from app.documents.certified import certified
from app.procedures.load import CATALOG, load_spec
from tests.documents.sample import DATA, made, pages_of


def test_each_original_has_its_pages_copies_and_fee_and_other_procedures_have_none() -> None:
    names = ('chung-thuc-ban-sao', 'chung-thuc-chu-ky', 'khai-sinh')
    specs = {name: load_spec(CATALOG / f'{name}.yaml') for name in names}
    originals = [
        {'document_name': 'Bằng tốt nghiệp', 'page_count': 2, 'copy_count': 3},
        {'document_name': 'Học bạ', 'page_count': 12, 'copy_count': 1},
        {'document_name': 'Giấy khác'},
    ]
    lines = certified(specs['chung-thuc-ban-sao'], {'originals': originals})
    assert [(one['name'], one['pages'], one['copies'], one['amount']) for one in lines] == [
        ('Bằng tốt nghiệp', 2, 3, 12_000),
        ('Học bạ', 12, 1, 14_000),
        ('Giấy khác', None, None, None),  # counted at the desk
    ]
    signature = {'document_name': 'Giấy ủy quyền', 'page_count': 1, 'document_count': 2}
    (one,) = certified(specs['chung-thuc-chu-ky'], signature)
    assert (one['name'], one['pages'], one['copies'], one['amount']) == ('Giấy ủy quyền', 1, 2, 20_000)
    assert certified(specs['khai-sinh'], {'document_name': 'x', 'page_count': 1}) == []
    papers = pages_of(made('receipt', certified=lines))
    assert len(papers) == 1 and 'Số trang' in papers[0]
    assert 'Học bạ 12 1 14.000 đồng' in papers[0] and 'Giấy khác' in papers[0]
    assert 'Số trang' not in pages_of(made('receipt'))[0] and 'certified' not in DATA['receipt']
